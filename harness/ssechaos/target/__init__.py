"""Any SSE server, by its URL: asked as its users ask it, and read at a tap before any fault can touch its stream.

options      what a user may say of a target
headers      headers that may hold secrets
settings     what was said, checked
origin       whether a redirect stays with the target
asking       requests to the target
decoding     the bytes of an answer as events
course       the stream as a whole, over all of its connections
wire         what each connection carried, for the ledger
look         one look at the target before a run
witness      a connection that bypasses the faults
tap          the reverse proxy between the faulty network and the target
source       the target as the source of runs
"""
