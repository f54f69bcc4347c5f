public import RollbookStore
import RollbookViews

extension Migrator {
    /// What makes and changes the store of a warehouse on an engine: its tables, what is derived from them, and the views.
    public init(of engine: any Engine) {
        self.init(dialect: engine.dialect, repeatables: ViewCatalogue.repeatables(for: engine.dialect))
    }
}
