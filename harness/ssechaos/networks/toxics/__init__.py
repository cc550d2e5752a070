"""What the ``toxiproxy`` network is made of.

means      what each fault is on a Toxiproxy server, or why it can't be made there
gauge      what passes, measured on both sides of Toxiproxy
client     toxiproxy-python, off the event loop and with a deadline
binary     a server of our own, started and always ended
guard      ends it when we are killed
upkeep     proxies that killed runs left behind
route      the way of one run, with a relay of ours on either side
effects    what a step does there
"""
