"""What the compose network is made of: the project, its engine, and the parts of one run in containers.

owner      who made a container, so that the leftovers of a killed run are known from those of a living one
engine     the docker package, off the event loop, its errors mapped
command    the compose program of this machine
project    the shared containers: up, healthy, down
lines      what a container prints, line by line
server     a reference server of one run: killed, started again, its ledger read
relay      the program in the device's container
healthy    the health check of the containers
device     where the client's packets leave from: paused, moved to another network
rules      packet filters and shapers as text (pure)
sidecar    runs them in Toxiproxy's network namespace, and reads their counters
effects    what each fault does here
"""
