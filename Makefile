# One door. `make run` shows the main job, `make test` checks everything a commit must pass.
CARGO ?= cargo
# Seeds of the simulator: `make sim SEEDS=0..2000`, or one seed again: `make sim SEEDS=1234`.
SEEDS ?= 0..2000
# Seeds of whole replicas, beside those of validators alone: `make sim CONSENSUS=bft`.
REPLICA_SEEDS ?= 0..200
# Which consensus the simulator runs: `work` or `bft`.
CONSENSUS ?= work
# Seconds a fuzz target runs.
FUZZ_SECONDS ?= 5
ARGS ?=

.PHONY: run test test-python test-kotlin test-swift story check sim sim-work sim-bft bench bench-python mobile fuzz fuzz-deep vectors doc deny clean

run: ## two hospitals, patients, consent, tampering: the whole story
	$(CARGO) run --release -q -p ehr-node -- demo $(ARGS)

test: check ## everything a commit must pass, with simulated seeds and a few seconds of fuzzing
	$(CARGO) test --workspace
	$(CARGO) test -p ehr-core --features aws-lc --lib crypto::seal
	$(MAKE) test-python
	$(MAKE) test-kotlin
	$(MAKE) test-swift
	$(MAKE) vectors
	$(MAKE) story
	$(MAKE) sim SEEDS=0..500
	$(MAKE) sim CONSENSUS=bft SEEDS=0..2000
	$(MAKE) fuzz FUZZ_SECONDS=3

test-swift: ## the Swift package, on a cached Debian 13 where swiftc is not installed; says loudly when it cannot
	bindings/swift/test.sh

story: ## one script in every language that is set up, ending in the same block
	examples/story.sh

test-kotlin: ## the Kotlin binding on a JVM
	bindings/kotlin/jvm.sh test

check: ## format and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

sim: sim-$(CONSENSUS) ## seeded networks of real engines under faults, and every planted mistake noticed

sim-work:
	$(CARGO) run --release -q -p ehr-examples --example sim -- --seeds $(SEEDS)
	$(CARGO) run --release -q -p ehr-examples --example sim -- --bugs

sim-bft:
	$(CARGO) run --release -q -p ehr-bft --example bft_sim -- --seeds $(SEEDS)
	$(CARGO) run --release -q -p ehr-bft --example bft_sim -- --controls --seeds 0..20
	$(CARGO) run --release -q -p ehr-bft --example ledger_sim -- --seeds $(REPLICA_SEEDS)
	$(CARGO) run --release -q -p ehr-bft --example ledger_sim -- --mistakes
	$(CARGO) run --release -q -p ehr-bft --example bft_sim -- --throughput
	$(CARGO) run --release -q -p ehr-bft --example ledger_sim -- --catch-up

PYTHON ?= python3
PYVENV := target/python-venv
PYBIN := $(CURDIR)/$(PYVENV)/bin
MATURIN := VIRTUAL_ENV=$(CURDIR)/$(PYVENV) PATH=$(PYBIN):$$PATH $(PYBIN)/maturin develop -q -m bindings/python/Cargo.toml
STUB := bindings/python/python/ehr_ledger/_ehr.pyi

$(PYVENV)/ready: bindings/python/requirements-dev.txt
	$(PYTHON) -m venv $(PYVENV)
	$(PYBIN)/python -m pip install -q --disable-pip-version-check -r $<
	touch $@

test-python: $(PYVENV)/ready ## the Python package: stubs as committed, types, doctests, tests
	cp $(STUB) target/committed.pyi
	$(MATURIN) --generate-stubs
	cmp $(STUB) target/committed.pyi || { echo "$(STUB) was out of date: commit it"; exit 1; }
	cd bindings/python && $(PYBIN)/python -m mypy --strict -p ehr_ledger --cache-dir=$(CURDIR)/target/mypy
	cd bindings/python && $(PYBIN)/python -m pytest

bench-python: $(PYVENV)/ready ## import time, cost of a call, sealing against Rust
	$(MATURIN) --release --features bench
	$(PYBIN)/python bindings/python/bench/bench.py

mobile: ## the library for phones: at most 6 MB stripped
	$(CARGO) build -q --profile ffi -p ehr-ffi
	strip -o target/ffi/stripped.so target/ffi/libehr_ffi.so
	@size=$$(wc -c < target/ffi/stripped.so); echo "$$size bytes of 6000000"; test $$size -le 6000000

vectors: $(PYVENV)/ready ## published test vectors, one line a file; then our own in every language, one table
	$(CARGO) test -p ehr-core --test vectors -- --nocapture
	$(MATURIN)
	$(PYBIN)/python tools/vectors.py

bench: ## measurements, each beside the raw primitive
	$(CARGO) bench -p ehr-benches

fuzz: ## every target on its corpus, planted mistakes noticed, then FUZZ_SECONDS of new inputs each
	cd fuzz && $(CARGO) test --release --quiet
	FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz/run.sh

fuzz-deep: ## every target for ten minutes
	FUZZ_SECONDS=600 fuzz/run.sh

doc: ## API documentation
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

deny: ## licences and banned crates
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check licenses bans sources

clean:
	$(CARGO) clean
