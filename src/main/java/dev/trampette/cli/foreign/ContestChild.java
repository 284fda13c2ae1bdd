package dev.trampette.cli.foreign;

import dev.trampette.benchmarks.Measurable;
import dev.trampette.benchmarks.PairGroups;
import dev.trampette.child.Confinement;
import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.cost.SiteSize;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.object.CodeSymbol;
import dev.trampette.object.ForeignObject;
import dev.trampette.report.Json;
import dev.trampette.report.ProfileJson;
import dev.trampette.shim.Bridge;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verify.trace.Profile;
import dev.trampette.verify.trace.Profiler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The process in which one of two routines is looked at, or both are measured: they may be code of others.
public final class ContestChild {

    private ContestChild() {
    }

    /// Reads a [Contest.Request] from standard input.
    ///
    /// @param arguments the parent's process number
    public static void main(String[] arguments) throws IOException {
        if (!Confinement.begin(Long.parseLong(arguments[0]))) {
            return;
        }
        Contest.Request request = Contest.Request.read(new BufferedReader(new InputStreamReader(System.in,
                StandardCharsets.UTF_8)).readLine());
        try {
            tell(request.number() < 0 ? measure(request) : look(request));
        } catch (RuntimeException e) {
            tell(Json.object("failed", String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
    }

    private static void tell(Map<String, Object> message) {
        System.out.println("\n" + Message.MARK + Json.line(message));
        System.out.flush();
    }

    private static Map<String, Object> look(Contest.Request request) {
        Contestant contestant = request.contestants().get(request.number());
        return contestant.isShipped() ? lookAtWrapper(request, contestant) : lookAtFile(request, contestant);
    }

    private static Map<String, Object> lookAtWrapper(Contest.Request request, Contestant contestant) {
        TrappedImage hardware = TrappedImage.of("hardware");
        SiteSize size = SiteSize.of(contestant.contract().symbol());
        Profile profile = new Profiler(hardware.image(), request.seed(), request.cases()).profile(
                hardware.target(contestant.contract()), request.pairing(request.number()));
        return message(profile, size.callSite(), size.shared());
    }

    private static Map<String, Object> lookAtFile(Contest.Request request, Contestant contestant) {
        Contract contract = contestant.contract();
        try (ForeignObject object = load(contestant)) {
            Bridge bridge = ObjectTraps.install(object);
            object.reset();
            Target target = new Target(object.code(contract.symbol()), contract, bridge, object::reset,
                    ObjectTraps.attach(object, Image.shim(), External.functions(contract.externals())), object);
            Profile profile = new Profiler(Image.shim(), request.seed(), request.cases()).profile(target,
                    request.pairing(request.number()));
            List<String> others = object.symbols().stream().map(CodeSymbol::name).filter(name ->
                    !name.equals(contract.symbol()) && profile.routines().contains(name)).toList();
            return message(profile, size(object, contract.symbol()), others.stream().mapToLong(name ->
                    size(object, name)).sum());
        }
    }

    private static long size(ForeignObject object, String symbol) {
        return object.code(symbol).bytes().byteSize();
    }

    private static Map<String, Object> message(Profile profile, long bytes, long sharedBytes) {
        return Json.object("profile", ProfileJson.write(profile), "bytes", bytes, "sharedBytes", sharedBytes);
    }

    private static ForeignObject load(Contestant contestant) {
        return ForeignObject.load(contestant.files().stream().map(Path::of).toList(), contestant.compilerFlags(),
                External.variables(contestant.contract().externals()));
    }

    private static Map<String, Object> measure(Contest.Request request) {
        List<Measurable> both = request.contestants().stream().map(contestant -> contestant.isShipped()
                ? Measurable.ofImage(contestant.contract().symbol())
                : Measurable.of(load(contestant), contestant.contract().symbol())).toList();
        new PairGroups(both.get(0), both.get(1), request.contestants().stream().map(Contestant::contract).toList())
                .measure(request.time()).write(Path.of(request.file()));
        return Json.object("measured", true);
    }
}
