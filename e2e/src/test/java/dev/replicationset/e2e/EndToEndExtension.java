package dev.replicationset.e2e;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their cluster, operator and namespace; keeps what the cluster said when a test failed. */
final class EndToEndExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final Namespace STORE = Namespace.create(EndToEndExtension.class);
    private static final Set<Class<?>> GIVEN = Set.of(TestCluster.class, OperatorInstall.class, TestNamespace.class);

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        prepare(context);
    }

    private static void prepare(ExtensionContext context) {
        EndToEnd wanted = context.getRequiredTestClass().getAnnotation(EndToEnd.class);
        if (wanted == null || wanted.operator()) {
            operator(context).ensure();
        } else {
            operator(context).ensureDefinition();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return GIVEN.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Parameter wanted = parameter.getParameter();
        if (wanted.getType() == TestCluster.class) {
            return cluster(context);
        }
        return wanted.getType() == OperatorInstall.class ? operator(context) : namespace(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestNamespace namespace = context.getStore(STORE).get(TestNamespace.class, TestNamespace.class);
        keepEvidence(context, namespace);
        if (namespace != null && !shared(context)) {
            namespace.delete();
        }
    }

    /** Of a class whose tests share one instance, and with it one namespace. */
    @Override
    public void afterAll(ExtensionContext context) {
        TestNamespace namespace = context.getStore(STORE).get(TestNamespace.class, TestNamespace.class);
        if (namespace != null) {
            keepEvidence(context, namespace);
            namespace.delete();
        }
    }

    private static void keepEvidence(ExtensionContext context, @Nullable TestNamespace namespace) {
        if (context.getExecutionException().isPresent()) {
            new Evidence(cluster(context).shell()).keep(title(context), namespace);
        }
    }

    private static boolean shared(ExtensionContext context) {
        return context.getTestInstanceLifecycle()
                .filter(Lifecycle.PER_CLASS::equals)
                .isPresent();
    }

    private static String title(ExtensionContext context) {
        String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
        return name.replaceAll("[^A-Za-z0-9._-]+", "-");
    }

    private static TestNamespace namespace(ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            // The instance of a class is made before all else; what the first run cleans away must be gone by then.
            prepare(context);
        }
        String name = context.getTestMethod()
                .map(Method::getName)
                .orElseGet(() -> context.getRequiredTestClass().getSimpleName());
        String kebab = name.replaceAll("(?<=.)([A-Z]+)", "-$1").toLowerCase(Locale.ROOT);
        return context.getStore(STORE)
                .computeIfAbsent(
                        TestNamespace.class, _ -> TestNamespace.create(cluster(context), kebab), TestNamespace.class);
    }

    // In the root's store: one for all classes, closed at the end of the run.
    private static TestCluster cluster(ExtensionContext context) {
        return root(context).computeIfAbsent(TestCluster.class, _ -> TestCluster.connect(), TestCluster.class);
    }

    private static OperatorInstall operator(ExtensionContext context) {
        TestCluster cluster = cluster(context);
        return root(context)
                .computeIfAbsent(OperatorInstall.class, _ -> new OperatorInstall(cluster), OperatorInstall.class);
    }

    private static Store root(ExtensionContext context) {
        return context.getRoot().getStore(STORE);
    }
}
