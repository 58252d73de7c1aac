package org.ehrledger.model

import kotlin.time.Instant

/** What a patient grants: without delegation, limits on use or obligations unless said. */
fun GrantTerms(
    subject: Subject,
    resource: Resource,
    actions: Set<Action>,
    purposes: Set<Purpose>,
    notBefore: Instant,
    notAfter: Instant,
    depth: Int = 0,
    maxUses: UInt? = null,
    obligations: Set<Obligation> = emptySet(),
    scopes: List<ScopeId> = emptyList(),
): GrantTerms = GrantTerms(subject, resource, actions, purposes, notBefore, notAfter, depth.toUByte(), maxUses, obligations, scopes)

/** The question whether one account may do one thing for one purpose. */
fun AccessQuery(subject: AccountId, action: Action, purpose: Purpose, resource: ResourceChain, actingFor: AccountId? = null): AccessQuery =
    AccessQuery(subject, actingFor, setOf(action), setOf(purpose), resource)
