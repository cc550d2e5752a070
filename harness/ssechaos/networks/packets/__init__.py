"""What the ``packet`` network is made of: real packets on veth pairs between namespaces of our own.

programs     runs ip, tc and nft
abilities    what this machine and its kernel can do
namespace    a network namespace, held by a thread
plan         names and addresses of one path
topology     the commands that build a path
ground       a path, built and removed
leftovers    removing what a killed run left
means        how each fault is made here, or why it can't be
filters      nftables rules of the faults, and their counters
shaping      token buckets, and the rate that was measured at them
line         a long line for packets: delay, and losses in bursts (pure)
tun          the line's ends in the kernel
metering     looking at a queue again and again
holds        how long a kernel held bytes, by what it tells of its sockets
forwarder    the server's place: accepts real connections, passes them on to the server
router       everything between client and server, as the faults in force ask for
effect       one fault in force, and its evidence
"""
