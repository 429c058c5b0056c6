"""The one door to language models: asked little, shown little, paid for before, checked after."""
