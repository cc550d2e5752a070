"""The search for a schedule that breaks a guarantee: draw cases, play them in virtual time, shrink what fails.

    case       what is drawn: a scenario and a seed; what every pair is held to
    faults     the values that each kind of fault is drawn with
    drawing    Hypothesis strategies for whole cases
    trial      plays one case, and says whether the pair, or the harness, broke
    phases     what the client was doing at a moment
    coverage   what was tried: kinds, pairs of kinds, phases
    batch      a fixed number of cases under one seed, with shrinking
    crew       batches on all cores, in an order that does not depend on how many there are
    account    a run told in words
    saved      a failure as a file that can be played again
    module     a failure as a scenario module

Nothing here but `faults`, `drawing` and `batch` needs Hypothesis, so a saved failure replays without it.
"""
