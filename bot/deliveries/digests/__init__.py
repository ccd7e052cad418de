"""Routine items, gathered per audience into one message of a morning (product §2.8, §9.3).

`queue` stores what there is to tell and arms the audience's timer; `sending` reads the facts as they are then and
sends one message; `composing` decides what stands in it. `letters` are what is told to one person, as it was
written when it happened.
"""
