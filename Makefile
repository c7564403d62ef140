# The few commands a newcomer needs; `make` alone lists them. CMake does the
# building (see CMakePresets.json), this only says what to ask of it.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo build test lint format bench sanitize fuzz clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo:  ## install, build, run one machine ten times, write report.html
	@scripts/install-deps
	@$(MAKE) build
	build/headroom run imac-pro-2017 cinebench-r15-nt --repeat 10 --report report.html
	@test -s report.html && echo "The report is $(CURDIR)/report.html: open it in a browser."

# A first build leaves the tests out; later ones keep what was configured.
build:  ## build the program, optimised, as build/headroom
	@if [ ! -f build/build.ninja ]; then \
	  cmake --preset release -DHEADROOM_TESTS=OFF -DHEADROOM_BENCH=OFF >/dev/null; \
	elif [ web/node_modules/.installed -nt build/build.ninja ]; then \
	  cmake --preset release >/dev/null && touch build/build.ninja; \
	fi
	@cmake --build --preset release --target headroom

test:  ## every test there is; what the continuous integration runs
	@scripts/test

lint:  ## layout, includes, clang-tidy
	@scripts/format --check
	@python3 tests/check_includes.py
	@cmake --preset sanitize >/dev/null
	@scripts/tidy

format:  ## lay out every C++ file
	@scripts/format

bench:  ## build and run the benchmarks
	@cmake --preset release -DHEADROOM_BENCH=ON >/dev/null
	@cmake --build --preset release
	@for program in $$(find build/bench -maxdepth 1 -type f -executable | sort); do \
	  echo "== $$program"; "$$program" || exit 1; done

sanitize:  ## fast tests with the address and undefined-behaviour sanitizers
	@cmake --preset sanitize >/dev/null
	@cmake --build --preset sanitize
	@ctest --preset sanitize -j $$(nproc)

fuzz:  ## fuzz every reader of outside input: make fuzz FUZZ_SECONDS=600
	@cmake --preset sanitize >/dev/null
	@cmake --build --preset sanitize
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) FUZZ_SEED=0 ctest --preset fuzz -j $$(nproc) --timeout 86400

clean:  ## remove everything that was built
	rm -rf build report.html
