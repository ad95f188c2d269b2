"""A class: a room that phones join, rounds in which everybody draws or votes, and what comes of them.

    codes        six letters on a wall
    nicknames    nobody types a name
    rules        who may do what, and what is said to whom it is refused
    limits       how much a class takes
    rounds       from one state of a class to the next
    from_phones  what a phone sends, checked
    phones       what a phone may ask for
    to_phones    what a phone is sent, and so shows
    presence     which phones are still there
    desk         what the teacher may ask for
    lessons      a network that is taught what everybody drew
    questions    to guess at, answered by runs and drawings
    results/     what comes of a round
    keeping      what stays when the class ends

It knows no web: routes and pages call `Phones` and `Desk`.  Rows are in `store.rooms`.
"""
