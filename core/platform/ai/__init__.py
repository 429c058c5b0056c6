"""The gateway to language models: few questions, no personal data, tokens reserved before, answers checked after."""
