package dev.replicationset.topology;

import java.util.Optional;

/**
 * A replica that knows another password for the operator is started anew: it takes the passwords from the Secrets at
 * every start. One at a time, while all other pods of the set run, and not before what it will take is in place. The
 * primary is left to a person, since its restart interrupts writers.
 */
final class AccessRule implements Rule {
    @Override
    public Next apply(Observation seen, Draft draft) {
        boolean othersRun = seen.members().stream()
                .allMatch(view -> view.pod()
                        .filter(pod -> pod.running() && !pod.deleting())
                        .isPresent());
        if (!othersRun || !seen.drift().isEmpty()) {
            return Next.GO_ON;
        }
        Optional<InstanceView> denied =
                seen.replicas().stream().filter(AccessRule::denies).findFirst();
        denied.ifPresent(view -> view.pod()
                .ifPresent(pod -> draft.act(new Action.RestartPod(
                        view.name(), pod.uid(), "it knows another password for the operator than the Secret"))));
        return Next.GO_ON;
    }

    private static boolean denies(InstanceView view) {
        return view.server() instanceof ServerView.Unreachable away && away.cause() == ServerView.Cause.AccessDenied;
    }
}
