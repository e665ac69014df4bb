# Everything is in dev.py; where there is no make, call the same commands yourself.
.PHONY: run test bench check translations pictures audit

run:
	@./run $(ARGS)

test:
	@./test $(ARGS)

bench:
	@python3 dev.py bench $(ARGS)

check:
	@python3 dev.py check

translations:
	@python3 dev.py translations

pictures:
	@python3 dev.py pictures

audit:
	@python3 dev.py audit
