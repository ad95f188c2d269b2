"""What comes of a round: pure functions of the arrays that it gave.

wall        what the network reads in the class's drawings
fooling     which drawings people read and the network does not
votes       what was voted, before a discussion and after it
hands       whose digits are alike, and whose are misread
teaching    what a network is taught from them, split by person
"""
