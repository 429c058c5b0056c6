"""The mapping screen's state between reruns: the frozen view, values read once in a Context, an edit conflict."""
