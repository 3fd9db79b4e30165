from examples.start import start

start("wagtail")
