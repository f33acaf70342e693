# Everything a person does with this repository. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

VERSION := $(shell sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml | head -n 1)
JDK := $(shell dev/lib/jdk 25)
MVN := JAVA_HOME=$(JDK) MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" mvn -B -ntp
CLUSTER := dev/cluster/cluster
# Several lines of a recipe are one shell, so that these exports reach all of it.
USE_CLUSTER := environment=$$($(CLUSTER) env) && eval "$$environment"
# The profile that builds the operator's image, on the Java runtime that is built here when it isn't there yet.
WITH_IMAGE = -Pimage -Djre.image=$$(dev/images/build jre | awk '{print $$NF}')

##@ Use

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: cluster image ## From nothing to a running set: cluster, chart, examples/orders.yaml, scaling.
	@$(USE_CLUSTER)
	VERSION=$(VERSION) dev/demo

.PHONY: demo-down
demo-down: ## Remove what the demo made, then the development cluster (never one of your own).
	@$(USE_CLUSTER)
	dev/demo down
	[ -n "$${MRS_KUBECONFIG:-}" ] || $(CLUSTER) down

.PHONY: cluster
cluster: ## Start the development cluster, or check the one that MRS_KUBECONFIG names.
	@$(CLUSTER) up

.PHONY: cluster-down
cluster-down: ## Remove the development cluster; its binaries and images are kept.
	@$(CLUSTER) down

##@ Develop

.PHONY: build
build: ## Compile, check the style and run the unit tests.
	@$(MVN) -pl operator test

.PHONY: generate
generate: ## Generate crds/, the chart's copy of it and docs/reference.md from the Java records.
	@$(MVN) -pl operator process-test-classes -Pgenerate

.PHONY: class-list
class-list: cluster image ## Write dev/images/operator.classes anew, when libraries or much code have changed.
	@$(USE_CLUSTER)
	dev/images/class-list $(VERSION)

.PHONY: format
format: ## Format the Java sources.
	@$(MVN) spotless:apply

.PHONY: image
image: ## Build the operator's image and bring it to the cluster, or to MRS_REGISTRY for a cluster of your own.
	@if [ -z "$${MRS_KUBECONFIG:-}" ]; then
	  $(MVN) -q -pl operator pre-integration-test -DskipTests $(WITH_IMAGE)
	  $(CLUSTER) load operator/target/jib-image.tar
	elif [ -n "$${MRS_REGISTRY:-}" ]; then
	  $(MVN) -q -pl operator pre-integration-test jib:build@image -DskipTests $(WITH_IMAGE) -Djib.to.image=$$MRS_REGISTRY/mysql-replicationset-operator:$(VERSION)
	else
	  echo "error: set MRS_REGISTRY to a registry that the cluster of MRS_KUBECONFIG pulls from, such as ghcr.io/you" >&2
	  exit 1
	fi

##@ Test

.PHONY: test
test: cluster image ## Run all tests: unit, golden, protocol on real mysqlds, end to end on the cluster.
	@$(USE_CLUSTER)
	$(MVN) verify $(WITH_IMAGE)

.PHONY: simulate
simulate: ## Run SEEDS=n schedules of the simulation, from FIRST=n on; one that breaks a rule is made short and told.
	@$(MVN) -pl operator test -Dtest=SimulationTest \
	  -Dsimulation.schedules=$(or $(SEEDS),1000) -Dsimulation.first=$(or $(FIRST),1)

.PHONY: test-protocol
test-protocol: ## Run only the tests on real mysqlds in containers.
	@$(CLUSTER) engine
	$(USE_CLUSTER)
	$(MVN) -pl operator verify

.PHONY: test-e2e
test-e2e: cluster image ## Run only the end to end tests. ONE=AIT,BIT runs those classes.
	@$(USE_CLUSTER)
	$(MVN) -pl operator,e2e verify $(WITH_IMAGE) -Dprotocol.skip=true $(if $(ONE),-Done=$(ONE))

.PHONY: bench
bench: cluster image ## Measure on the cluster and write docs/benchmarks.md. ONE=ABench replaces one chapter.
	@$(USE_CLUSTER)
	$(MVN) -pl operator,e2e verify -Pbench $(WITH_IMAGE) $(if $(ONE),-Done=$(ONE))
