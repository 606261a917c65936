# Thin: each target is a script of the same name, which also says what it does.
.DEFAULT_GOAL := help
.PHONY: help run run-https watch check test lint unit e2e budgets descriptions doc bench gallery siege release clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\): ## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: ## set up, build and start the server on http://localhost:3000
	@exec scripts/run

run-https: ## the same on https://localhost:3443, with a certificate made here
	@exec scripts/run-https

watch: ## the same for development: rebuilds and reloads on every change
	@exec scripts/watch

check: ## the checks of every minute: format, words, modules, clippy of what changed
	@exec scripts/check

test: ## every check and test
	@exec scripts/test

lint: ## only the checks: format, clippy, licences, nothing of the server in the browser
	@exec scripts/test lint

unit: ## only the tests in Rust, on SQLite and PostgreSQL
	@exec scripts/test unit

e2e: ## only what needs a built server: other verifiers, the document of the API, nginx, browser tests
	@exec scripts/test e2e

budgets: ## the release build: its size, its parts, its memory when idle
	@exec scripts/test release

descriptions: ## write docs/openapi.json and docs/errors.md anew
	@exec scripts/descriptions

doc: ## the documentation of the code, private items too, in target/doc and, of the browser's half, in target/front
	@exec scripts/doc

bench: ## race the release build against others, in one table; needs wrk
	@exec scripts/bench

gallery: ## pictures of every page and state, for people to look at
	@exec scripts/gallery

siege: ## attack the release build, and fail if a neighbour notices too much
	@exec scripts/siege

release: ## make dist/: one binary with its site, and an archive of what goes with it
	@exec scripts/release

clean: ## remove what was built
	@exec scripts/clean
