package dev.replicationset.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests on the cluster. Its methods may ask for a {@link TestCluster}, for the {@link OperatorInstall}, and for
 * a {@link TestNamespace} of their own, which is deleted afterwards. Where all of them share one instance of the class,
 * {@code @TestInstance(PER_CLASS)}, its constructor gets a namespace that they share too.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EndToEndExtension.class)
public @interface EndToEnd {
    /** Whether the operator must run, in all namespaces. Without it, only the resource's definition is there. */
    boolean operator() default true;
}
