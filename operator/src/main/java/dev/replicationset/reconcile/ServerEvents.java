package dev.replicationset.reconcile;

import dev.replicationset.api.MySQLReplicationSet;
import dev.replicationset.monitor.Monitor;
import dev.replicationset.topology.ServerView;
import dev.replicationset.topology.SetId;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sets off a reconcile when a server has changed, and tells when a resource is gone. There is no finalizer: nothing has to
 * be done in Kubernetes or MySQL when a resource is deleted, only the memory of it is freed.
 */
final class ServerEvents extends AbstractEventSource<ServerView, MySQLReplicationSet>
        implements ResourceEventAware<MySQLReplicationSet> {
    private final Consumer<SetId> onDeleted;

    /** @param onDeleted hears of a resource that is being deleted, or is gone; more than once */
    ServerEvents(Monitor monitor, Consumer<SetId> onDeleted) {
        super(ServerView.class, "servers");
        this.onDeleted = onDeleted;
        monitor.onChange(this::changed);
    }

    private void changed(SetId set) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(new ResourceID(set.name(), set.namespace())));
        }
    }

    /** Passes through the queue that all events take, with one that concerns no resource. Blocks when it is stuck. */
    void probe() {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(new ResourceID("canary")));
        }
    }

    @Override
    public void onResourceUpdated(MySQLReplicationSet newResource, MySQLReplicationSet oldResource) {
        if (newResource.isMarkedForDeletion()) {
            onDeleted.accept(Observer.idOf(newResource));
        }
        if (!Observer.idOf(newResource).equals(Observer.idOf(oldResource))) {
            // Deleted and created again while the watch was down: seen as an update.
            onDeleted.accept(Observer.idOf(oldResource));
        }
    }

    @Override
    public void onResourceDeleted(MySQLReplicationSet resource) {
        onDeleted.accept(Observer.idOf(resource));
    }

    /** Views are read from the monitor, not through the context. */
    @Override
    public Set<ServerView> getSecondaryResources(MySQLReplicationSet primary) {
        return Set.of();
    }
}
