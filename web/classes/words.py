"""What the phone's page says, in English; `web.languages` has it in the others."""

from __future__ import annotations

WORDS: dict[str, str] = {
    # Coming in.
    "title": "Digit Lab",
    "code": "Code of the class",
    "code_hint": "Six letters, on the big screen. Capital or small does not matter.",
    "join": "Join",
    "kept": "Your teacher sees what you draw and choose, under a made-up name, and whether this phone is still there; "
    "nothing else about you or it. When the class ends all of it is deleted, unless the teacher keeps the drawings, "
    "without names.",
    "name": "You are {name}.",
    "another_name": "Another name",
    "language": "Language",
    # Between what is asked.
    "wait": "Look at the big screen: it starts soon.",
    "paused": "Pause. Listen to your teacher.",
    "closed": "Time is up. Look at the big screen.",
    "discuss": "Talk to your neighbour: why did you choose what you chose?",
    "revealed": "Look at the big screen.",
    "ended": "The class has ended. What you sent was deleted, or kept without your name.",
    # Drawing.
    "draw": "Draw a {digit}",
    "draw_fool": "Draw a {digit} that people read, and the network does not",
    "canvas": "Drawing area. Draw with a finger, a pen or the mouse.",
    "progress": "{number} of {total}",
    "undo": "Undo",
    "clear": "Clear",
    "send": "Send",
    "sending": "Sending",
    "sent": "Sent. You can change it until time is up.",
    "sent_all": "All sent. Tap a digit to change it.",
    "is_sent": "Drawing of {digit}, sent",
    "is_missing": "Drawing of {digit}, not drawn yet",
    "silent": "The network gives no answer while you draw this time.",
    "your_drawing": "Your drawing of {digit}",
    # What the networks read.
    "linear": "Linear",
    "hidden": "Hidden layer",
    "convolutional": "Convolutional",
    "reads": "The network reads {digit}",
    "unsure": "The network is not sure: perhaps {digit}",
    "reads_of": "{network}: {digit}",
    "unsure_of": "{network}: perhaps {digit}",
    # Reading classmates' drawings, and voting.
    "read": "Which digit is this?",
    "no_digit": "I cannot tell",
    "back": "Back",
    "read_all": "Thank you. You have read all of them.",
    "read_none": "There is nothing for you to read this time. Look at the big screen.",
    "picture": "A classmate's drawing",
    "mystery": "An image from the test set",
    "vote_first": "First vote. Decide by yourself.",
    "vote_again": "Second vote. You have talked about it: stay with your choice, or change it.",
    "voted": "Chosen. You can change it until time is up.",
    "right": "right",
    "votes": "Votes: {first}",
    "votes_twice": "Votes: {first}, then {second}",
    # What is one's own.
    "mine": "What I sent",
    "delete_mine": "Delete what I sent",
    "delete_sure": "Delete everything that you sent in this class? It cannot be brought back.",
    "deleted": "Deleted.",
    "leave": "Leave the class",
    "leave_sure": "Leave the class? What you sent is deleted.",
    # When something goes wrong.
    "offline": "No connection. What you drew is kept on this phone, and sent as soon as there is one.",
    "unknown": "There is no class with this code. Look at the big screen again.",
    "tries": "Too many wrong codes from here. Wait a minute, then try again.",
    "fast": "That was too much at once. Wait a moment.",
    "large": "That is too much for one drawing. Clear it, and draw the digit once.",
    "elsewhere": "This was sent by another page. Load this page again.",
    "cookies": "This page needs one cookie, to know your phone again. Allow cookies, then load it again.",
    "away": "The server has a moment's trouble. Your phone tries again by itself.",
    "script": "This page needs JavaScript, to draw and to send.",
}
