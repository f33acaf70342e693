package dev.replicationset.topology;

/** A statement that did not succeed, or a server that did not answer. The message never holds a password. */
public final class MysqlFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final ServerView.Cause kind;
    private final int errorNumber;

    /** @param errorNumber MySQL's, 0 when the server did not answer */
    public MysqlFailure(ServerView.Cause kind, int errorNumber, String message) {
        super(message);
        this.kind = kind;
        this.errorNumber = errorNumber;
    }

    public ServerView.Cause kind() {
        return kind;
    }

    public int errorNumber() {
        return errorNumber;
    }
}
