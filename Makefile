# Berbagi: one Makefile for everything.
#
#   make demo         set up what is missing, start the local stack, play two months, show the report
#   make test         set up what is missing, then everything that can be proved: check and end to end
#   make check        what needs no server: unit tests under ASan and UBSan, fuzz corpus, oracles, layers, Python tests
#   make e2e          the end to end tests alone (real Kafka, Redis, Postgres)
#   make unit         all unit tests; unit-core, unit-domain, unit-wire, unit-allocator … one area
#
#   make all          daemons and tools of one flavour, in build/<flavour>/bin
#   make lint         banned functions, file sizes, white space, format, static analysis
#   make layers       proves from the object files that the layers of PRINCIPLES.md hold
#   make bench        speed and memory of the daemons; bench-alloc: of the allocation core alone
#   make fuzz         one libFuzzer run of every target, FUZZ_SECONDS each (flavour fuzz, clang)
#   make docs         what is generated: docs/settings.md
#
#   make setup        installs and builds what is missing, changes nothing else
#   make up           starts the local stack; addresses in build/local/env
#   make status       one line for each of its processes
#   make down         ends exactly what was started
#   make clean        removes build/ but for build/deps
#
# Variables
#   FLAVOR=release    -O2, hardened, jemalloc
#          test       the same with fault points (BERBAGI_TEST_DIE_AT)
#          asan tsan  sanitizers; unit tests use asan unless FLAVOR is given
#          fuzz       clang, libFuzzer
#          cov        gcov
#   CC=clang          another compiler     WERROR=1  warnings are errors (CI=true does so too)
#   CFLAGS CPPFLAGS LDFLAGS  are the caller's and come last          V=1  shows the commands
#
# A file takes part by where it lies; nothing is listed here:
#   common/<layer>/*.c            lib/<layer>.a
#   services/<s>/*.c              lib/<s>.a, without main.c and berbagi-*.c
#   services/<s>/main.c           bin/berbagi-<s>
#   **/berbagi-<tool>.c           bin/berbagi-<tool>
#   tests/unit/<area>/test_*.c    one program each, linked with what <area> may know and no more
#   tests/<other>/*.c             bin/<other>/<name>: a program that Python tests call, linked with wire and below
#   tests/e2e/*.c                 bin/e2e/<name>: a service for tests with real servers, linked with daemon and below
#   tests/oracle/*.c *.cc, tests/bench/*.c, tests/fuzz/fuzz_*.c   one program each; those in C++ with tests/oracle/*/*.c

MAKEFLAGS += -rR --warn-undefined-variables --no-print-directory
ifeq ($(MAKELEVEL),0)
  MAKEFLAGS += -j$(shell nproc)
endif
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := help

VERSION := 0.1.0
FLAVORS := release test asan tsan fuzz cov
FUZZ_SECONDS ?= 60
V ?=
WERROR ?=
CI ?=
CFLAGS ?=
CPPFLAGS ?=
LDFLAGS ?=

ifeq ($(origin FLAVOR),undefined)
  FLAVOR := release
  UNIT_FLAVOR := asan
else
  UNIT_FLAVOR := $(FLAVOR)
endif
ifeq ($(filter $(FLAVOR),$(FLAVORS)),)
  $(error FLAVOR=$(FLAVOR) is none of: $(FLAVORS))
endif
ifneq ($(filter default undefined,$(origin CC)),)
  CC := gcc
endif
ifneq ($(filter default undefined,$(origin CXX)),)
  CXX := g++
endif

# Debian's own, with Debian's modules.
PYTHON := /usr/bin/python3

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)';)

# ------------------------------------------------------------------------------------------------ sources

LAYERS := core domain wire io daemon tools
SERVICES := $(patsubst services/%/,%,$(sort $(dir $(wildcard services/*/*.c))))
DAEMONS := $(patsubst services/%/,%,$(sort $(dir $(wildcard services/*/main.c))))

not_program = $(filter-out %/main.c,$(foreach f,$(1),$(if $(filter berbagi-%,$(notdir $(f))),,$(f))))
sources_of = $(call not_program,$(sort $(wildcard common/$(1)/*.c services/$(1)/*.c)))

TOOLS := $(sort $(wildcard common/tools/berbagi-*.c services/*/berbagi-*.c))
SUPPORT := $(sort $(wildcard tests/support/*.c))
UNITS := $(sort $(wildcard tests/unit/*/test_*.c))
AREAS := $(sort $(foreach f,$(UNITS),$(word 3,$(subst /, ,$(f)))))
ORACLES := $(sort $(wildcard tests/oracle/*.c tests/oracle/*.cc))
BENCHES := $(sort $(wildcard tests/bench/*.c))
HELPERS := $(sort $(foreach f,$(wildcard tests/*/*.c),\
    $(if $(filter unit oracle bench fuzz support e2e,$(word 2,$(subst /, ,$(f)))),,$(f))))
E2E_SERVICES := $(sort $(wildcard tests/e2e/*.c))
FUZZERS := $(sort $(wildcard tests/fuzz/fuzz_*.c))

# The services that a fuzz target or a benchmark includes: linked with these, not held up by the others.
USES := $(shell grep -Ho '"services/[a-z]*/' /dev/null $(FUZZERS) $(BENCHES) | tr -d '"')
services_of = $(sort $(patsubst $(1):services/%/,%,$(filter $(1):services/%,$(USES))))

# What each archive may know: the arrows of PRINCIPLES.md.
BELOW_core :=
BELOW_domain := core
BELOW_wire := domain core
BELOW_io := wire domain core
BELOW_daemon := io wire domain core
BELOW_tools := io wire domain core
pure_of = $(if $(filter $(1),$(LAYERS)),$(1) $(BELOW_$(1)),$(1) wire domain core)

# ------------------------------------------------------------------------------------------------ libraries

DEPS := build/deps
YYJSON := $(DEPS)/yyjson
RDKAFKA := $(DEPS)/librdkafka
YYJSON_READY := $(YYJSON)/ready
RDKAFKA_READY := $(RDKAFKA)/ready

LIBS_domain := -lcrypto
LIBS_wire := $(YYJSON)/lib/libyyjson.a -ljansson
LIBS_io = $(shell cat $(RDKAFKA)/libs 2>/dev/null) -lhiredis -lpq -lcurl -lmicrohttpd -ljansson
libs_of = $(foreach a,$(1),$(if $(filter undefined,$(origin LIBS_$(a))),,$(LIBS_$(a)))) -lpthread

# ------------------------------------------------------------------------------------------------ flags

# Options that a compiler lacks are left out; what it has is asked once and kept.
WANTED := -fstrict-flex-arrays=3 -fstack-clash-protection -fstack-protector-strong -Wtrampolines -Wbidi-chars=any \
    -fzero-init-padding-bits=all -fcf-protection=full -mbranch-protection=standard -ftrivial-auto-var-init=zero \
    -fno-delete-null-pointer-checks -Wnull-dereference -Wduplicated-cond -Wlogical-op
compiler_id = $(notdir $(1))-$(shell $(1) -dumpfullversion 2>/dev/null || $(1) -dumpversion 2>/dev/null)
define probe_compiler
ifeq ($$(wildcard build/probe/$(2)),)
  $$(shell mkdir -p build/probe; for o in $$(WANTED); do $(1) -Werror $$$$o -c -x c /dev/null -o /dev/null 2>/dev/null \
    && printf '%s ' $$$$o; done > build/probe/$(2).new; mv build/probe/$(2).new build/probe/$(2))
endif
OPTIONS_$(1) := $$(file < build/probe/$(2))
endef
$(eval $(call probe_compiler,$(CC),$(call compiler_id,$(CC))))

BASE := -std=gnu11 -pipe -g -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wimplicit-fallthrough -Wshadow \
    -Wundef -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Werror=format-security -Werror=implicit \
    -Werror=incompatible-pointer-types -Werror=int-conversion -fexceptions -fno-strict-overflow -fno-strict-aliasing \
    $(if $(WERROR)$(filter true,$(CI)),-Werror)
# clang takes an enum for unsigned and complains of every use as a number; gcc, which does not, watches the rest.
CLANG_ONLY = $(if $(findstring clang,$(1)),-Wno-sign-conversion)
# -Wno-maybe-uninitialized: LEMON's templates, seen wrongly by gcc 12.
BASE_CXX := -std=gnu++17 -pipe -g -O2 -Wall -Wextra -Wno-maybe-uninitialized
DEFINES := -I. -isystem $(YYJSON)/include -isystem $(RDKAFKA)/include \
    -isystem /usr/include/postgresql -D_GNU_SOURCE -DBERBAGI_VERSION='"$(VERSION)"'
HARDENED := -O2 -fPIE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(OPTIONS_$(CC))
HARDENED_LINK := -pie -Wl,-z,nodlopen,-z,noexecstack,-z,relro,-z,now
# Elsewhere a sum that overflows wraps (-fno-strict-overflow); here it must be seen.
SANITIZE := -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all -fstrict-overflow -fno-wrapv

CC_release := $(CC)
CC_test := $(CC)
CC_asan := $(CC)
CC_tsan := $(CC)
CC_cov := $(CC)
CC_fuzz := clang
FLAGS_release := $(HARDENED)
FLAGS_test := $(HARDENED) -DBERBAGI_FAULT_POINTS=1
FLAGS_asan := $(SANITIZE) -fsanitize=address,undefined
FLAGS_tsan := $(SANITIZE) -fsanitize=thread
FLAGS_cov := -O0 --coverage
FLAGS_fuzz := $(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined
LINK_release := $(HARDENED_LINK)
LINK_test := $(HARDENED_LINK)
LINK_asan := -fsanitize=address,undefined
LINK_tsan := -fsanitize=thread
LINK_cov := --coverage
LINK_fuzz := -fsanitize=address,undefined
# The sanitizers bring their own allocator.
MALLOC_release := -Wl,--no-as-needed -ljemalloc -Wl,--as-needed
MALLOC_test := $(MALLOC_release)
MALLOC_asan :=
MALLOC_tsan :=
MALLOC_cov :=
MALLOC_fuzz :=

# ------------------------------------------------------------------------------------------------ rules of one flavour

archives = $(foreach a,$(2),build/$(1)/lib/$(a).a)
objects = $(patsubst %,build/$(1)/obj/%.o,$(basename $(2)))

# $(1) flavour, $(2) archive
define archive_rules
build/$(1)/lib/$(2).a: $(call objects,$(1),$(call sources_of,$(2))) $(if $(call sources_of,$(2)),,build/$(1)/flags)
	$(call say,AR,$$@)mkdir -p $$(@D); ar rcsD $$@.new.$$$$$$$$ $$(filter %.o,$$^); mv $$@.new.$$$$$$$$ $$@
endef

# $(1) flavour, $(2) program, $(3) objects, $(4) archives, $(5) flags, $(6) linker
define program_rules
$(2): $(3) $(call archives,$(1),$(4))
	$(call say,LINK,$$@)mkdir -p $$(@D); \
	$(6) $(LINK_$(1)) $(LDFLAGS) -Wl,--as-needed -o $$@ $$(filter %.o,$$^) $(5) \
	    -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(call libs_of,$(4))
endef

unit_program = $(patsubst tests/%.c,build/$(1)/bin/%,$(2))
other_program = $(patsubst tests/%,build/$(1)/bin/%,$(basename $(2)))

define flavour_rules
build/$(1)/flags: FORCE
	@mkdir -p $$(@D); new='$(CC_$(1)) $(call quoted,$(BASE) $(call CLANG_ONLY,$(CC_$(1))) $(FLAGS_$(1)) $(LINK_$(1)) $(DEFINES) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS))'; \
	[ "$$$$(cat $$@ 2>/dev/null)" = "$$$$new" ] || printf '%s\n' "$$$$new" > $$@

build/$(1)/obj/%.o: %.c build/$(1)/flags | $(YYJSON_READY) $(RDKAFKA_READY)
	$(call say,CC,$$@)mkdir -p $$(@D); \
	$(CC_$(1)) $(BASE) $(call CLANG_ONLY,$(CC_$(1))) $(FLAGS_$(1)) $(DEFINES) $(CPPFLAGS) -MMD -MP $(CFLAGS) -c $$< -o $$@

build/$(1)/obj/%.o: %.cc build/$(1)/flags
	$(call say,CXX,$$@)mkdir -p $$(@D); \
	$(CXX) $(BASE_CXX) $(filter -fsanitize%,$(FLAGS_$(1))) -I. $(CPPFLAGS) -MMD -MP -c $$< -o $$@

$(foreach a,$(LAYERS) $(SERVICES),$(eval $(call archive_rules,$(1),$(a))))
build/$(1)/lib/support.a: $(call objects,$(1),$(SUPPORT)) $(if $(SUPPORT),,build/$(1)/flags)
	$(call say,AR,$$@)mkdir -p $$(@D); ar rcsD $$@.new.$$$$$$$$ $$(filter %.o,$$^); mv $$@.new.$$$$$$$$ $$@

$(foreach s,$(DAEMONS),$(eval $(call program_rules,$(1),build/$(1)/bin/berbagi-$(s),\
    build/$(1)/obj/services/$(s)/main.o,$(s) daemon io wire domain core,$(MALLOC_$(1)),$(CC_$(1)))))
$(foreach f,$(TOOLS),$(eval $(call program_rules,$(1),build/$(1)/bin/$(basename $(notdir $(f))),\
    $(call objects,$(1),$(f)),$(filter $(SERVICES),$(word 2,$(subst /, ,$(f)))) tools io wire domain core,,$(CC_$(1)))))
$(foreach f,$(UNITS),$(eval $(call program_rules,$(1),$(call unit_program,$(1),$(f)),\
    $(call objects,$(1),$(f)),support $(call pure_of,$(word 3,$(subst /, ,$(f)))),-lcmocka,$(CC_$(1)))))
$(foreach f,$(ORACLES),$(eval $(call program_rules,$(1),$(call other_program,$(1),$(f)),\
    $(call objects,$(1),$(f) $(if $(filter %.cc,$(f)),$(wildcard tests/oracle/*/*.c))),allocator wire domain core,$(if $(findstring lemon,$(f)),-llemon),$(if $(filter %.cc,$(f)),$(CXX),$(CC_$(1))))))
$(foreach f,$(HELPERS),$(eval $(call program_rules,$(1),$(call other_program,$(1),$(f)),\
    $(call objects,$(1),$(f)),wire domain core,,$(CC_$(1)))))
$(foreach f,$(E2E_SERVICES),$(eval $(call program_rules,$(1),$(call other_program,$(1),$(f)),\
    $(call objects,$(1),$(f)),daemon io wire domain core,$(MALLOC_$(1)),$(CC_$(1)))))
build/$(1)/bin/oracle/alloc_lemon: build/$(1)/obj/tests/oracle/lemon/networks.o
$(foreach f,$(BENCHES),$(eval $(call program_rules,$(1),$(call other_program,$(1),$(f)),\
    $(call objects,$(1),$(f)),$(call services_of,$(f)) daemon io wire domain core,$(MALLOC_$(1)),$(CC_$(1)))))
$(foreach f,$(FUZZERS),$(eval $(call program_rules,$(1),$(call other_program,$(1),$(f)),\
    $(call objects,$(1),$(f) $(if $(filter fuzz,$(1)),,tests/fuzz/replay_main.c)),$(call services_of,$(f)) wire domain core,\
    $(if $(filter fuzz,$(1)),-fsanitize=fuzzer),$(CC_$(1)))))
endef
quoted = $(subst ','\'',$(1))

$(foreach f,$(FLAVORS),$(eval $(call flavour_rules,$(f))))

-include $(shell find build/*/obj -name '*.d' 2>/dev/null)

$(YYJSON_READY) $(RDKAFKA_READY): $(DEPS)/%/ready: deploy/versions
	$(Q)deploy/setup $*

# ------------------------------------------------------------------------------------------------ targets

PROGRAMS := $(DAEMONS:%=berbagi-%) $(basename $(notdir $(TOOLS)))

.PHONY: FORCE help all setup check test e2e unit oracles replay layers python lint docs bench bench-alloc \
    fuzz demo up down status clean $(AREAS:%=unit-%)
FORCE:

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

all: $(PROGRAMS:%=build/$(FLAVOR)/bin/%)

setup:
	$(Q)deploy/setup all

# Files that a source takes in by other means than #include.
$(FLAVORS:%=build/%/obj/services/reporting/migrations.o): $(wildcard services/reporting/sql/*.sql)

# -------------------------------------------------------------------------------------------------- tests

define area_rules
unit-$(1): $$(foreach f,$$(filter tests/unit/$(1)/%,$$(UNITS)),$$(call unit_program,$$(UNIT_FLAVOR),$$(f)))
	$$(Q)tests/run unit-$(1) $$^
endef
$(foreach a,$(AREAS),$(eval $(call area_rules,$(a))))

unit: $(foreach f,$(UNITS),$(call unit_program,$(UNIT_FLAVOR),$(f)))
	$(Q)tests/run unit $^

# Optimised: 50,000 instances each; BERBAGI_QUICK=1: some thousand.
oracles: $(foreach f,$(ORACLES),$(call other_program,release,$(f)))
	$(Q)tests/run oracle $^

# Every sample of a target's corpus, under the sanitizers.
replay: $(foreach f,$(FUZZERS),$(call other_program,asan,$(f)))
	$(Q)tests/run replay $(foreach f,$(FUZZERS),'$(call other_program,asan,$(f)) \
	    $(wildcard tests/fuzz/corpus/$(patsubst fuzz_%.c,%,$(notdir $(f))))')

SOURCES := $(foreach a,$(LAYERS) $(SERVICES),$(call sources_of,$(a))) $(wildcard services/*/main.c) $(TOOLS)
layers: $(call objects,release,$(SOURCES))
	$(Q)$(PYTHON) tests/layers/layers.py build/release/obj

PYTEST_FOLDERS := $(filter-out tests/e2e/,$(sort $(dir $(wildcard tests/*/test_*.py))))
python: $(foreach f,$(HELPERS),$(call other_program,asan,$(f))) build/asan/bin/berbagi-plan $(DAEMONS:%=build/asan/bin/berbagi-%)
	$(Q)tests/run_pytest python $(PYTEST_FOLDERS)

# One after the other, all of them even if one fails.
each = failed=; for target in $(1); do $(MAKE) $$target || failed="$$failed $$target"; done; \
    [ -z "$$failed" ] || { echo "  FAIL $$failed" >&2; exit 1; }

check:
	$(Q)rm -rf build/count
	+$(Q)$(call each,unit oracles replay layers python)

e2e: setup
	+$(Q)$(MAKE) FLAVOR=release all
	+$(Q)$(MAKE) FLAVOR=test all $(foreach f,$(E2E_SERVICES),$(call other_program,test,$(f)))
	$(Q)tests/run_pytest e2e tests/e2e

test: setup
	+$(Q)$(call each,check e2e)

fuzz: $(foreach f,$(FUZZERS),$(call other_program,fuzz,$(f)))
	$(Q)mkdir -p build/fuzz/crash; failed=; for f in $^; do target=$${f##*/fuzz_}; corpus=tests/fuzz/corpus/$$target; \
	    mkdir -p $$corpus; echo "  FUZZ  $$target"; dict=tests/fuzz/$$target.dict; [ -e $$dict ] || dict=; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
	        -artifact_prefix=build/fuzz/crash/$$target- $${dict:+-dict=$$dict} $$corpus \
	        >build/fuzz/$$target.log 2>&1 && grep number_of_executed_units build/fuzz/$$target.log || \
	        { tail -n 40 build/fuzz/$$target.log; failed="$$failed $$target"; }; done; \
	[ -z "$$failed" ] || { echo "  FAIL $$failed: samples in build/fuzz/crash" >&2; exit 1; }

ALLOC_BENCHES := $(foreach f,$(BENCHES),$(if $(findstring alloc,$(f)),$(f)))
bench-alloc: $(call other_program,release,$(ALLOC_BENCHES) $(filter %/alloc_lemon.cc,$(ORACLES)))
	$(Q)for program in $^; do $$program; done

bench: $(PROGRAMS:%=build/release/bin/%) $(call other_program,release,$(BENCHES)) bench-alloc
	$(Q)for program in $(call other_program,release,$(filter-out $(ALLOC_BENCHES),$(BENCHES))) \
	    $(wildcard tests/bench/*.py); do $$program; done

lint:
	$(Q)deploy/lint

# ------------------------------------------------------------------------------------------- local stack, demo

STACK := $(PYTHON) deploy/local/stack.py

up: setup
	+$(Q)$(MAKE) all
	$(Q)FLAVOR=$(FLAVOR) $(STACK) up

status:
	$(Q)$(STACK) status

down:
	$(Q)$(STACK) down

demo: setup
	+$(Q)$(MAKE) all
	$(Q)FLAVOR=$(FLAVOR) $(PYTHON) tests/demo/demo.py

# The settings of each daemon as it prints them itself.
docs: $(DAEMONS:%=build/release/bin/berbagi-%)
	$(Q)deploy/settings-page $^ > build/settings.md
	$(Q)mv build/settings.md docs/settings.md

clean:
	$(Q)rm -rf $(FLAVORS:%=build/%) build/probe build/count build/log
