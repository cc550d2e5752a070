"""How exact and how fast the faulty network is, measured on this machine: ``python -m bench``."""
