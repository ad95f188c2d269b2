"""What pages share, and all that knows Streamlit besides them.

page        the frame of every page: title, links, errors as sentences
state       what the whole server shares: settings, store, jobs, data set
networks    the trained networks one can choose from, pretrained and own
pictures    arrays as images with alternative text, one sprite a gallery
"""
