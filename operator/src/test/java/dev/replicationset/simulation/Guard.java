package dev.replicationset.simulation;

/** What keeps the promise. The simulation must notice when one of them is missing. */
enum Guard {
    /** V - w + 1 of those that may acknowledge are stopped before anybody is chosen, not one less. */
    Quorum,
    /** What the successor has received is applied before it becomes the primary. */
    ReceivedIsApplied,
    /** Whoever succeeds holds all that the primary held when it became the primary. */
    Base,
    /** A replica acknowledges only when it is recorded. */
    RecordedBeforeItAcknowledges,
    /** One that can't be reached is locked out by the primary before it leaves the record. */
    LockedOutBeforeItLeaves,
    /** Enough of those that stay hold all that was acknowledged before one leaves, or more are promised. */
    ProofBeforeTheRecordPromisesMore,
    /** A new primary locks out whoever may acknowledge without being recorded. */
    OutsidersAreLockedOut,
    /** The primary waits for as many as are recorded before it is opened. */
    WaitsBeforeItIsOpened,
    /** More are promised when the primary waits for more, not before. */
    WaitsBeforeMoreArePromised,
    /** Status is written by compare and set. */
    CompareAndSet,
    /** Status is read again before what can't be undone. */
    ReadAgain,
    /** A closed primary is handed over only when no commit waits there. */
    NoCommitWaits,
    /** Nothing is changed about who acknowledges while the primary does not answer. */
    PrimaryAnswers,
    /** A server that was sent something is unknown until that has taken effect or never will. */
    UnansweredIsUnknown,
    /** A statement that comes late has no effect. */
    Deadline,
    /** A server with transactions of its own is not attached. */
    ErrantAreCopiedAnew
}
