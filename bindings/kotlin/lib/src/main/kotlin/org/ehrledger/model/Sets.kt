package org.ehrledger.model

/** What may be done. */
enum class Action {
    /** Open sealed bodies. */
    READ,

    /** Add a record. */
    APPEND,

    /** Add a version to a record. */
    AMEND,

    /** Grant on, within the grant's own limits. */
    SHARE,

    /** Take part in an aggregate. */
    AGGREGATE,

    /** Write prescriptions. */
    PRESCRIBE,

    /** Book appointments. */
    BOOK,

    /** Take a copy out of the system. */
    EXPORT,
}

/** Purposes of use: HL7 v3 ActReason codes, spelled as there. */
enum class Purpose {
    /** Treatment. */
    TREAT,

    /** Emergency treatment. */
    ETREAT,

    /** Break the glass. */
    BTG,

    /** Emergency room treatment. */
    ERTREAT,

    /** Care management. */
    CAREMGT,

    /** Health care payment. */
    HPAYMT,

    /** Health care operations. */
    HOPERAT,

    /** Health care research. */
    HRESCH,

    /** Clinical trial research. */
    CLINTRCH,

    /** Public health. */
    PUBHLTH,

    /** Patient requested. */
    PATRQT,

    /** Family requested. */
    FAMRQT,

    /** Power of attorney. */
    PWATRNY,

    /** Legal. */
    HLEGAL,

    /** Coverage under a policy or programme. */
    COVERAGE,

    /** Health system administration. */
    HSYSADMIN,
}

/** What a member of staff is at an institution. */
enum class StaffRole {
    DOCTOR,
    NURSE,
    PHARMACIST,

    /** Laboratory. */
    LAB,

    /** Front desk and billing. */
    ADMIN,

    /** A machine that releases data on the institution's behalf. */
    GATEWAY,
}

/** What a permit asks in return. */
enum class Obligation {
    /** File a release receipt for every release. */
    RECEIPT,
    NOTIFY_PATIENT,

    /** Pass nothing on. */
    NO_REDISTRIBUTE,

    /** Delete cached copies at the end of the window. */
    CACHE_UNTIL,
}

internal inline fun <reified E : Enum<E>> namesTo(names: List<String>): Set<E> = names.mapTo(LinkedHashSet()) { enumValueOf<E>(it) }
