"""What the compose network is made of: the project, its engine, and the parts of one run in containers.

owner      who made a container, so that the leftovers of a killed run are known from those of a living one
engine     the docker package, off the event loop, its errors mapped
command    the compose program of this machine
project    the containers that all runs share: up, healthy, down; and what killed runs left
parts      containers that join the project for one run
lines      what a container prints, line by line
start      runs begin when all of them are ready
route      the way of one run: server, device, proxy
server     its reference server: killed, started again, its ledger read
continued  one account of a server that was killed and started again
device     where the client's packets leave from: paused, moved to another network
means      how each fault is made here, or why it can't be
effects    what is done with containers and toxics
filtering  what is done to packets
rules      packet filters as text (pure)
shaping    token buckets as text (pure)
sockets    what ss says of a socket (pure)
gauges     what is made of the kernel's counters, as evidence
sidecar    filters, shapes and looks, in Toxiproxy's network namespace
control    its orders to the program in the sidecar

Three programs run inside of containers and need the standard library only: ``relay`` in the device, ``agent`` in
the sidecar, ``healthy`` as the health check.
"""
