package dev.replicationset.desired;

/** A Secret can't be used as it is; the message says which, why, and the way out. Never holds what is in it. */
public final class InvalidSecretException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String secret;

    InvalidSecretException(String secret, String message) {
        super("Secret " + secret + ": " + message);
        this.secret = secret;
    }

    /** The Secret's name. */
    public String secret() {
        return secret;
    }
}
