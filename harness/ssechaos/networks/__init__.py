"""The networks that a scenario can run on, one module each."""
