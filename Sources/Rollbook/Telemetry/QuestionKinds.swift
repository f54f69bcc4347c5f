import RollbookModel
import RollbookReports
import RollbookViews

extension Question {
    /// The declared name of what is asked; `unknown` where nothing of that name is declared, since whatever somebody typed
    /// must not reach logs and labels.
    public var name: String {
        switch target {
        case .report(let name): ReportCatalogue.all.contains { $0.name == name } ? name : Self.unknown
        case .view(let name): ViewCatalogue.all.contains { $0.name == name } ? name : Self.unknown
        }
    }

    /// The kinds of the parameters that were given, never their values: `student:identifier by:period`, in declared order.
    /// Names that are not declared are left out, because values can stand in their place.
    public var kinds: String {
        var kinds: [String] = []
        switch target {
        case .report(let name):
            let declared = ReportCatalogue.all.first { $0.name == name }?.parameters ?? []
            kinds += declared.filter { parameters[$0.name] != nil }.map { "\($0.name):\($0.kindName)" }
        case .view:
            kinds += ["limit", "offset"].filter { parameters[$0] != nil }.map { "\($0):integer" }
        }
        kinds += Policy.settings.map(\.name).filter { policySettings[$0] != nil }.map { "\($0):policy" }
        if asOf != nil { kinds.append("as_of:instant") }
        return kinds.joined(separator: " ")
    }

    private static let unknown = "unknown"
}
