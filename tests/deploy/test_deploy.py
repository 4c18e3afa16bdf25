"""What runs Clara elsewhere is valid, and speaks of settings that exist.

The manifests are held against the schemas of Kubernetes, the container file against hadolint's
rules. No container engine is needed for either.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = kubernetes_validate.latest_version()
DOCUMENTED = set(re.findall(r"`(CLARA_\w+|_\w+)`", (ROOT / "docs/settings.md").read_text()))


def manifests() -> Iterator[Any]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for resource in yaml.safe_load_all(path.read_text()):
            if resource["kind"] != "Kustomization":  # a file of kubectl's, not of a cluster's
                yield pytest.param(resource, id=f"{path.name}-{resource['kind']}")


def deployments() -> list[Any]:
    return [one.values[0] for one in manifests() if one.values[0]["kind"] == "Deployment"]


@pytest.mark.parametrize("resource", manifests())
def test_a_manifest_is_what_kubernetes_takes(resource: Any) -> None:
    kubernetes_validate.validate(resource, KUBERNETES, strict=True)


def test_the_manifests_are_all_applied() -> None:
    folder = DEPLOY / "kubernetes"
    named = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    assert {*named, "kustomization.yaml"} == {path.name for path in folder.glob("*.yaml")}


@pytest.mark.parametrize("part", ["gateway", "engine"])
def test_a_new_version_never_leaves_fewer_than_before(part: str) -> None:
    spec = next(d for d in deployments() if d["metadata"]["name"] == f"clara-{part}")["spec"]
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert spec["replicas"] >= 2
    container = spec["template"]["spec"]["containers"][0]
    assert {"startupProbe", "livenessProbe", "readinessProbe", "resources"} <= set(container)


def test_only_who_has_business_there_reaches_a_port() -> None:
    policies = [one.values[0] for one in manifests() if one.values[0]["kind"] == "NetworkPolicy"]
    served = {
        port["containerPort"]
        for deployment in deployments()
        for port in deployment["spec"]["template"]["spec"]["containers"][0]["ports"]
    }
    reached = {
        (tuple(policy["spec"]["podSelector"]["matchLabels"].values()), port["port"], "from" in rule)
        for policy in policies
        for rule in policy["spec"]["ingress"]
        for port in rule["ports"]
    }
    assert reached == {(("clara",), 9464, True), (("clara", "gateway"), 8080, False)}
    assert served == {8080, 9464}


def test_the_container_file_follows_the_rules() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    checked = subprocess.run(
        [hadolint, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_image_is_made_of_all_that_the_project_is() -> None:
    taken = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= taken
    assert all((ROOT / one).exists() for one in taken)


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.*")), ids=lambda path: path.name)
def test_only_settings_that_exist_are_set(path: Path) -> None:
    prefix = "CLARA_DISTRIBUTOR"
    known = {name if name.startswith("CLARA") else prefix + name for name in DOCUMENTED}
    known |= {"CLARA_PUBLISHED_PORT"}  # the compose file's own
    used = set(re.findall(r"\bCLARA_[A-Z_]+[A-Z]\b", path.read_text())) if path.is_file() else set()
    assert used <= known, f"{path.name}: {used - known} is not in docs/settings.md"
