"""Events that people are told about: each is written in the transaction of its cause, with a message for each recipient."""
