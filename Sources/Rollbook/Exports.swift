// What a user of the library needs comes with one import.
@_exported public import RollbookCache
@_exported public import RollbookImport
@_exported public import RollbookModel
@_exported public import RollbookReports
@_exported public import RollbookStore
@_exported public import RollbookViews
