# Everything is in dev.py; where there is no make, call the same commands yourself.
.PHONY: run test bench check release-check clients translations pictures golden audit

run:
	@./run $(ARGS)

test:
	@./test $(ARGS)

bench:
	@python3 dev.py bench $(ARGS)

check:
	@python3 dev.py check

# What a release has to pass as well: every text of the window is translated.
release-check:
	@python3 dev.py release-check

translations:
	@python3 dev.py translations

pictures:
	@python3 dev.py pictures

golden:
	@python3 dev.py golden $(ARGS)

# Installs doccano, Label Studio and the TEI's schema, each in an environment of its own.
clients:
	@ANNOTATOR_CLIENTS=1 ./test tests/clients $(ARGS)

# Known faults of the locked packages; it says so where it cannot ask.
audit:
	@python3 dev.py audit
