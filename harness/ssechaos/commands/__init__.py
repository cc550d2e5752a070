"""The commands of ``ssechaos``, one file each: each adds its parser and runs."""
