package dev.replicationset.simulation;

/**
 * What keeps the promise. The simulation must notice when one of them is missing. The number is that of the schedule that did
 * when this was written.
 */
enum Guard {
    /** V - w + 1 of those that may acknowledge are stopped before anybody is chosen, not one less. */
    Quorum(4),
    /** What the successor has received is applied before it becomes the primary. */
    ReceivedIsApplied(86),
    /** Whoever succeeds holds all that the primary held when it became the primary. */
    Base(195),
    /** A replica acknowledges only when it is recorded. */
    RecordedBeforeItAcknowledges(1),
    /** One that can't be reached is locked out by the primary before it leaves the record. */
    LockedOutBeforeItLeaves(17),
    /** Enough of those that stay hold all that was acknowledged before one leaves, or more are promised. */
    ProofBeforeTheRecordPromisesMore(24),
    /** A new primary locks out whoever may acknowledge without being recorded. */
    OutsidersAreLockedOut(228),
    /** The primary waits for as many as are recorded before it is opened. */
    WaitsBeforeItIsOpened(2),
    /** More are promised when the primary waits for more, not before. */
    WaitsBeforeMoreArePromised(1),
    /** Status is written by compare and set. */
    CompareAndSet(35),
    /** A statement that comes late has no effect. */
    Deadline(76),
    /** A server with transactions of its own is not attached. */
    ErrantAreCopiedAnew(5);

    final int schedule;

    Guard(int schedule) {
        this.schedule = schedule;
    }
}
