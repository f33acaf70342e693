package dev.replicationset.mysql;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a replica and its source, and damages one event when it is told to. Understands just enough of the
 * protocol: packets of a 3 byte length, a sequence number and that many bytes, without TLS.
 */
final class DamagingProxy implements AutoCloseable {
    static final int HEARTBEAT = 41;
    static final int ROWS = 30;

    private static final int NONE = -1;
    // Of a packet that holds an event: one byte, then the event's time, then its type.
    private static final int TYPE = 5;
    private static final int LENGTH = 10;
    // Behind the event's header: in a heartbeat a letter of the file's name.
    private static final int DAMAGED = 22;

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final AtomicInteger next = new AtomicInteger(NONE);

    DamagingProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listener = new ServerSocket(0);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** A byte of the next event of this type will be another one. */
    void damageNext(int type) {
        next.set(type);
    }

    boolean hasDamaged() {
        return next.get() == NONE;
    }

    private void accept() {
        try {
            while (true) {
                Socket replica = listener.accept();
                Socket source = new Socket(host, port);
                Thread.ofVirtual().start(() -> pass(replica, source, InputStream::transferTo));
                Thread.ofVirtual().start(() -> pass(source, replica, this::packets));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface Transfer {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private static void pass(Socket from, Socket to, Transfer transfer) {
        try (from;
                to) {
            transfer.run(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // One side hung up, and so does the other now.
        }
    }

    private void packets(InputStream from, OutputStream to) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from));
        while (true) {
            byte[] header = in.readNBytes(4);
            if (header.length < 4) {
                return;
            }
            byte[] body = in.readNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16);
            if (isEvent(body) && next.compareAndSet(body[TYPE], NONE)) {
                body[DAMAGED] ^= 1;
            }
            to.write(header);
            to.write(body);
            to.flush();
        }
    }

    private static boolean isEvent(byte[] body) {
        return body.length > DAMAGED
                && body[0] == 0
                && ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt(LENGTH) == body.length - 1;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
