"""The building blocks: what they refuse, and that every golden vector has the same answer (`docs/vectors.md`)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ehr_ledger import CannotOpenError, InvalidArgumentError, MalformedError, RefusedError, toolbox

HERE = Path(__file__).resolve().parent
RUNNER = HERE.parent / "vectors" / "run.py"
VECTORS = HERE.parents[2] / "vectors"
SEED = bytes(range(32))


def run(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, str(RUNNER), str(folder)], capture_output=True, text=True, check=False)


def test_every_vector_has_the_same_answer() -> None:
    done = run(VECTORS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " different=0 " in done.stdout.splitlines()[-1]


def test_the_runner_notices_a_change_an_unknown_key_and_a_missing_file(tmp_path: Path) -> None:
    for path in VECTORS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    header = json.loads((tmp_path / "header.json").read_text())
    header["cases"][0]["digest"] = "00" * 32
    (tmp_path / "header.json").write_text(json.dumps(header))
    done = run(tmp_path)
    assert done.returncode == 1
    assert "python header different: cases[0]: digest" in done.stdout
    (tmp_path / "header.json").write_text("not JSON")
    assert run(tmp_path).returncode == 1
    (tmp_path / "header.json").unlink()
    assert run(tmp_path).returncode == 2


@pytest.mark.parametrize("wrong", [b"", b"1" * 31, b"1" * 33])
def test_wrong_lengths_are_named(wrong: bytes) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        toolbox.public_key(wrong)
    assert caught.value.field == "seed"


@pytest.mark.parametrize("wrong", [None, 1, "text", [1, 2], object()])
def test_wrong_types_are_type_errors(wrong: object) -> None:
    with pytest.raises(TypeError):
        toolbox.sha256(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        toolbox.merkle_root([wrong])  # type: ignore[list-item]


def test_bytes_bytearray_and_memoryview_are_taken() -> None:
    digests = {toolbox.sha256(data) for data in (b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4])}
    assert len(digests) == 1


def test_names_that_are_unknown() -> None:
    with pytest.raises(InvalidArgumentError):
        toolbox.tagged_hash("NoSuchDomain", b"")
    with pytest.raises(InvalidArgumentError):
        toolbox.recode("no such type", b"")


def test_what_does_not_hold_is_refused_and_what_is_no_proof_malformed() -> None:
    leaves = [b"a", b"b", b"c"]
    path = toolbox.merkle_prove_inclusion(leaves, 1)
    leaf, root = toolbox.merkle_leaf_hash(b"b"), toolbox.merkle_root(leaves)
    toolbox.merkle_verify_inclusion(1, 3, leaf, path, root)
    with pytest.raises(RefusedError):
        toolbox.merkle_verify_inclusion(0, 3, leaf, path, root)
    with pytest.raises(MalformedError):
        toolbox.merkle_verify_inclusion(1, 3, leaf, path + b"\0", root)


def test_sealed_bytes_open_with_their_key_and_context_only() -> None:
    key, salt = bytes(32), bytes(24)
    sealed = toolbox.seal(key, b"context", salt, b"content")
    assert toolbox.open_sealed(key, b"context", sealed) == b"content"
    for other in [(SEED, b"context", sealed), (key, b"other", sealed), (key, b"context", sealed[:-1])]:
        with pytest.raises(CannotOpenError):
            toolbox.open_sealed(*other)


def test_the_policy_does_not_repeat_what_it_was_given() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        toolbox.evaluate_policy({"subject": "Erika Mustermann"}, {}, 0)
    assert "Erika" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    for keys in (toolbox.generation_keys(SEED), toolbox.recovery_keys(SEED)):
        assert keys.x25519_secret.hex() not in repr(keys) and repr(keys.x25519_secret) not in repr(keys)
