"""Compares decisions of our policy evaluator with Cedar's, case by case.

Each case is translated to Cedar policies, entities and a request, and decided by the Cedar engine (PyPI `cedarpy`
4.12, Apache-2.0). Nothing of it is needed to build or test the project.

    EHR_POLICY_CASES=cases.json cargo test -p ehr-core --test policy export -- --ignored
    pip install cedarpy==4.12.*
    python tools/oracles/cedar_policy.py vectors/policy.json cases.json

Ends with status 1 when a decision differs, or when the cases were too one-sided to say anything.
"""

import collections
import json
import sys

import cedarpy

MAX_ANCESTORS = 4


def text(value):
    return json.dumps(value)


def entity(kind, name):
    return f"{kind}::{text(name)}"


def levels(chain):
    """The levels of the resource asked for that are known, outermost first, as (type, id)."""
    record, version, section = chain["record"], chain["version"], chain["section"]
    found = [("Account", chain["account"])]
    if chain["scope"] is not None:
        found.append(("Scope", chain["scope"]))
    if record is not None:
        found.append(("Record", record))
    if version is not None:
        found.append(("Version", f"{record}/{version}"))
    if section is not None:
        found.append(("Section", f"{record}/{version}/{section}"))
    return found


def entities(case):
    query, facts = case["query"], case["facts"]
    member = facts["membership"]
    attrs = {"roles": member["roles"] if member else []}
    if query["acting_for"] is not None:
        attrs["institution"] = query["acting_for"]
    made = [{"uid": {"type": "User", "id": query["subject"]}, "attrs": attrs, "parents": []}]
    parents = []
    for kind, name in levels(query["resource"]):
        made.append({"uid": {"type": kind, "id": name}, "attrs": {}, "parents": parents})
        parents = [{"type": kind, "id": name}]
    return made


def subject(rule):
    code, *fields = rule["subject"]
    any_role = lambda roles: f"principal.roles.containsAny({text(roles)})"
    works = "principal has institution"
    match code:
        case 1:
            return f"principal == {entity('User', fields[0])}"
        case 2:
            return f"{works} && principal.institution == {text(fields[0])} && {any_role(fields[1])}"
        case 3:
            return f"{works} && principal.institution == {text(fields[0])}"
        case 4:
            return f"{works} && {any_role(fields[0])}"
    raise ValueError(code)


def inside(rule):
    """All that is asked for lies inside the rule's resource: Cedar's own hierarchy decides."""
    code, *fields = rule["resource"]
    kind = ["Account", "Scope", "Record", "Version", "Section"][code - 1]
    return f"resource in {entity(kind, '/'.join(str(f) for f in fields))}"


def touches(rule):
    """Nothing puts what is asked for outside the rule's resource."""
    code, *fields = rule["resource"]
    names = [["account"], ["scope"], ["record"], ["record", "version"], ["record", "version", "section"]][code - 1]
    parts = [f"(!(context has {n}) || context.{n} == {text(f)})" for n, f in zip(names, fields)]
    return " && ".join(parts)


def terms(rule):
    conditions = [
        subject(rule),
        f"{text(rule['actions'])}.contains(context.action)",
        f"{text(rule['purposes'])}.contains(context.purpose)",
        f"context.now >= {rule['not_before']}",
        f"context.now < {rule['not_after']}",
        text(rule["revoked"] is None),
    ]
    if rule["effect"] == "Deny":
        return conditions + [touches(rule)]
    conditions += [inside(rule), f"{len(rule['ancestors'])} <= {MAX_ANCESTORS}"]
    for grant in [rule, *rule["ancestors"]]:
        conditions.append(text(grant["revoked"] is None))
        if grant["max_uses"] is not None:
            conditions.append(f"{grant['uses']} < {grant['max_uses']}")
    return conditions


def conjunction(conditions):
    return " && ".join(f"({c})" for c in conditions)


def policies(case):
    """The Cedar text. The guards come first, then the rules that no deny reaches, then the patient's rules."""
    query, facts = case["query"], case["facts"]
    member, author = facts["membership"], facts["author_institution"]
    out = []
    guards = [text(not facts["enrolled"]), text(facts["suspended"]), text(facts["tombstoned"])]
    guards += [text(len(query["action"]) != 1), text(len(query["purpose"]) != 1)]
    if query["acting_for"] is not None:
        guards += [text(not facts["institution_admitted"]), "principal.roles.isEmpty()"]
        if member:
            guards += [f"context.now < {member['from']}", f"context.now >= {member['until']}"]
    out += [("guard", f"forbid(principal, action, resource) when {{ {guard} }};") for guard in guards]

    owner = query["resource"]["account"]
    own = [f"principal == {entity('User', owner)}", '["READ", "SHARE", "EXPORT", "BOOK"].contains(context.action)']
    wrote = [
        f"principal has institution && principal.institution == {text(author or '')}",
        "context has version",
        'context.purpose == "TREAT"',
        '["READ", "AMEND"].contains(context.action)',
    ]
    first = f"({conjunction(own)}) || ({conjunction(wrote)})"
    out.append(("first", f"permit(principal, action, resource) when {{ {first} }};"))
    for rule in facts["rules"]:
        if rule["effect"] == "Deny":
            body = f"forbid(principal, action, resource) when {{ {conjunction(terms(rule))} }} unless {{ {first} }};"
        else:
            body = f"permit(principal, action, resource) when {{ {conjunction(terms(rule))} }};"
        out.append((rule["id"], body))
    return out


def decide(case):
    """Cedar's answer, and the names of the policies it rests on."""
    query = case["query"]
    chain = query["resource"]
    kind, name = levels(chain)[-1]
    context = {k: v for k, v in chain.items() if v is not None}
    context["now"] = case["time"]
    context["action"] = query["action"][0] if query["action"] else ""
    context["purpose"] = query["purpose"][0] if query["purpose"] else ""
    request = {
        "principal": entity("User", query["subject"]),
        "action": 'Action::"ask"',
        "resource": entity(kind, name),
        "context": context,
    }
    named = policies(case)
    result = cedarpy.is_authorized(request, "\n".join(body for _, body in named), entities(case))
    if result.diagnostics.errors:
        raise RuntimeError(result.diagnostics.errors)
    used = [named[int(reason.removeprefix("policy"))][0] for reason in result.diagnostics.reasons]
    return result.allowed, used


def main(paths):
    seen, different = collections.Counter(), 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        for number, case in enumerate(cases):
            ours = case["decision"]
            allowed, used = decide(case)
            code = ours["by"] if ours["permit"] else ours["reason"]
            kind = ("permit" if ours["permit"] else "deny", code)
            agree = allowed == ours["permit"]
            if kind in [("permit", 3), ("deny", 9)]:
                effect = kind[0].capitalize()
                matched = [r["rule"] for r in ours["reasons"] if r["why"] == 0 and r["effect"] == effect]
                agree = agree and sorted(matched) == sorted(used)
            seen[kind] += 1
            if not agree:
                different += 1
                print(f"{path} case {number}: ours {ours['text']} Cedar: {allowed} by {used}")
    print(f"{sum(seen.values())} cases, {different} different")
    for (answer, code), count in sorted(seen.items()):
        print(f"  {answer} {code}: {count}")
    needed = [("permit", 1), ("permit", 2), ("permit", 3), ("deny", 9)]
    return 1 if different or not all(seen[kind] for kind in needed) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["vectors/policy.json"]))
