"""The search for a schedule that breaks a guarantee: draw cases, play them in virtual time, shrink what fails.

    case       what is drawn: a scenario and a seed; what every pair is held to
    dice       what decides how a case is drawn
    faults     how the faults of each kind are drawn
    drawing    how whole cases are
    trial      plays one case, and says whether the pair, or the harness, broke
    shrinking  makes a failing case as small as it gets, with Hypothesis
    phases     what the client was doing at a moment
    coverage   what was tried: kinds, pairs of kinds, phases
    batch      a fixed number of cases under one seed
    crew       batches on all cores, in an order that does not depend on how many there are
    account    a run told in words
    saved      a failure as a file that can be played again
    module     a failure as a scenario module

Cases are drawn by weighted dice while the search explores, which is faster than Hypothesis and easier to aim; what
fails is handed to Hypothesis as the same sequence of numbers. Only `shrinking` needs it, so that a saved failure
replays without it.
"""
