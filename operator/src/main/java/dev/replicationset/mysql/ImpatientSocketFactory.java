package dev.replicationset.mysql;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * Sockets that, once a read has timed out, fail every later read at once. The JDK's TLS sockets read again when they are
 * closed, so that a frozen server would cost each time-out twice.
 *
 * <p>Public, with a public constructor, since the driver makes it by its name.
 */
public final class ImpatientSocketFactory extends StandardSocketFactory {
    @Override
    protected Socket createSocket(PropertySet settings) {
        return new ImpatientSocket();
    }

    private static final class ImpatientSocket extends Socket {
        private volatile boolean timedOut;

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    return patiently(in::read);
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return patiently(() -> in.read(bytes, offset, length));
                }
            };
        }

        private int patiently(Read read) throws IOException {
            if (timedOut) {
                throw new SocketTimeoutException("Read timed out before");
            }
            try {
                return read.read();
            } catch (SocketTimeoutException e) {
                timedOut = true;
                throw e;
            }
        }
    }

    private interface Read {
        int read() throws IOException;
    }
}
