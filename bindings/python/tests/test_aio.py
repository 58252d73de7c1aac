"""The facade for asyncio: long calls in threads, the loop free meanwhile."""

import asyncio

import pytest
from conftest import CANARY

import ehr_ledger as ehr
from ehr_ledger import aio


def test_a_story(story):
    async def go():
        async with aio.Ledger(story.ledger) as ledger:
            ref, _ = await asyncio.gather(
                ledger.append_record(
                    scope=story.scope, author=story.doctor, institution=story.hospital, kind="Note", body=CANARY,
                    payer=story.hospital, signers=[story.patient],
                ),
                asyncio.sleep(0),
            )  # fmt: skip
            await ledger.mine(story.hospital)
            opened = await ledger.read(ref.record, reader=story.patient, purpose="PATRQT")
            async with await aio.Ledger.create(genesis=story.genesis, clock=story.clock) as other:
                assert await other.sync_with(story.ledger) == ledger.ledger.tip
                report = await other.verify()
            with pytest.raises(ehr.ClosedError):
                await other.verify()
            return opened.sections[0].body, report.sound

    assert asyncio.run(go()) == (CANARY, True)


def test_the_loop_is_free_while_it_mines():
    async def go():
        hospital = ehr.Keyring.generate("Institution")
        ticks, stop = 0, False
        async with await aio.Ledger.create(genesis=ehr.Genesis.new("x", [hospital], difficulty=8)) as ledger:
            task = asyncio.create_task(ledger.mine(hospital, progress=lambda step: not stop))
            for _ in range(50):
                await asyncio.sleep(0.01)
                ticks += 1
            assert not task.done()
            stop = True
            with pytest.raises(ehr.CancelledError):
                await task
        return ticks

    assert asyncio.run(asyncio.wait_for(go(), 60)) == 50


def test_signatures_and_docs_are_those_of_the_ledger():
    import inspect

    for name, value in vars(aio.Ledger).items():
        if inspect.iscoroutinefunction(value) and hasattr(value, "__wrapped__"):
            assert value.__doc__ == getattr(ehr.Ledger, name).__doc__
            assert inspect.signature(value) == inspect.signature(getattr(ehr.Ledger, name))
