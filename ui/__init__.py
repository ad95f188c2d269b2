"""What pages are made of, and all that knows Streamlit besides them.

page        the frame of every page: title, links, errors as sentences
state       what the whole server shares: settings, store, jobs, data set
networks    the trained networks one can choose from, pretrained and own
pictures    arrays as images with alternative text, one sprite a gallery
charts      learning curves, and the colours of all charts

The rest is by page: home; canvas, drawing_board, answers, steps (Draw); training_form,
run_view, runs, run_words, layers, weights (Train); data_source, samples, gallery, pixels
(Dataset); mistakes, matrix, figures, network_choice (Mistakes); compare (Compare).
"""
