package dev.replicationset.topology;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * What is seen of one instance.
 *
 * @param name such as {@code orders-2}
 * @param number the 2 in it
 * @param statefulSet whether its StatefulSet exists and is not being deleted
 */
@RecordBuilder
public record InstanceView(
        String name,
        int number,
        boolean statefulSet,
        Optional<VolumeView> volume,
        Optional<PodView> pod,
        ServerView server)
        implements InstanceViewBuilder.With {

    /** The server's answer, when it gave one. */
    public Optional<ServerState> state() {
        return server instanceof ServerView.Answering answering ? Optional.of(answering.state()) : Optional.empty();
    }

    /** Its pod's address, when that has one. */
    public Optional<String> address() {
        return pod.map(PodView::ip).filter(ip -> !ip.isEmpty());
    }

    public boolean answers() {
        return server instanceof ServerView.Answering;
    }
}
