/* Typed contexts of objects. */
#ifndef KMDF_WDFOBJECT_H
#define KMDF_WDFOBJECT_H

#define WDF_TYPE_NAME_TO_TYPE_INFO(Type) _WDF_##Type##_TYPE_INFO
#define WDF_TYPE_NAME_POINTER_TYPE(Type) WDF_POINTER_TYPE_##Type
#define WDF_GET_CONTEXT_TYPE_INFO(Type) (WDF_TYPE_NAME_TO_TYPE_INFO(Type).UniqueType)

/*
 * The framework knows a context type by the address of its description: one for all files of a driver, hence
 * "selectany". Without the initial "extern" a constant of C++ would be one for each file.
 */
#ifdef __cplusplus
#define KMDF_CONSTANT extern "C" const
#else
#define KMDF_CONSTANT const
#endif
#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(Type, Function)                                                             \
    typedef Type *WDF_TYPE_NAME_POINTER_TYPE(Type);                                                                    \
    KMDF_CONSTANT __declspec(selectany) WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(Type) = {              \
        sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO), #Type, sizeof(Type), &WDF_TYPE_NAME_TO_TYPE_INFO(Type), NULL};           \
    __forceinline Type *Function(WDFOBJECT Handle)                                                                     \
    {                                                                                                                  \
        return (Type *)WdfObjectGetTypedContextWorker(Handle, WDF_GET_CONTEXT_TYPE_INFO(Type));                        \
    }

#define WDF_DECLARE_CONTEXT_TYPE(Type) WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(Type, WdfObjectGet_##Type)
#define WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME(Type, Function) WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(Type, Function)

#define WdfObjectGetTypedContext(Handle, Type)                                                                         \
    ((Type *)WdfObjectGetTypedContextWorker((WDFOBJECT)(Handle), WDF_GET_CONTEXT_TYPE_INFO(Type)))

#define WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(Attributes, Type)                                                       \
    (Attributes)->ContextTypeInfo = WDF_GET_CONTEXT_TYPE_INFO(Type)
#define WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(Attributes, Type)                                                      \
    WDF_OBJECT_ATTRIBUTES_INIT(Attributes);                                                                            \
    WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(Attributes, Type)

/* A custom type is a context by which a driver tells kinds of objects apart, with one number. */
#define WDF_CUSTOM_TYPE_CONTEXT_NAME(Type) WdfCustomType_##Type
#define KMDF_CUSTOM_CONTEXT(Name, Function) WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(Name, Function)
#define WDF_DECLARE_CUSTOM_TYPE(Type)                                                                                  \
    typedef WDF_CUSTOM_TYPE_CONTEXT WDF_CUSTOM_TYPE_CONTEXT_NAME(Type);                                                \
    KMDF_CUSTOM_CONTEXT(WdfCustomType_##Type, WdfObjectGetCustomType_##Type)                                           \
    __forceinline NTSTATUS WdfObjectAddCustomType_##Type(                                                              \
        WDFOBJECT Handle, ULONG_PTR Data, PFN_WDF_OBJECT_CONTEXT_CLEANUP Cleanup,                                      \
        PFN_WDF_OBJECT_CONTEXT_DESTROY Destroy)                                                                        \
    {                                                                                                                  \
        WDF_OBJECT_ATTRIBUTES attributes;                                                                              \
        PVOID context;                                                                                                 \
        NTSTATUS status;                                                                                               \
                                                                                                                       \
        WDF_OBJECT_ATTRIBUTES_INIT(&attributes);                                                                       \
        attributes.ContextTypeInfo = _WDF_WdfCustomType_##Type##_TYPE_INFO.UniqueType;                                 \
        attributes.EvtCleanupCallback = Cleanup;                                                                       \
        attributes.EvtDestroyCallback = Destroy;                                                                       \
        status = WdfObjectAllocateContext(Handle, &attributes, &context);                                              \
        if (NT_SUCCESS(status)) {                                                                                      \
            ((PWDF_CUSTOM_TYPE_CONTEXT)context)->Size = sizeof(WDF_CUSTOM_TYPE_CONTEXT);                               \
            ((PWDF_CUSTOM_TYPE_CONTEXT)context)->Data = Data;                                                          \
        }                                                                                                              \
        return status;                                                                                                 \
    }

#define WdfObjectIsCustomType(Handle, Type) (WdfObjectGetCustomType_##Type(Handle) != NULL)
#define WdfObjectAddCustomTypeWithData(Handle, Type, Data, Cleanup, Destroy)                                           \
    WdfObjectAddCustomType_##Type(Handle, Data, Cleanup, Destroy)
#define WdfObjectAddCustomType(Handle, Type) WdfObjectAddCustomTypeWithData(Handle, Type, 0, NULL, NULL)
#define WdfObjectGetCustomTypeData(Handle, Type) (WdfObjectGetCustomType_##Type(Handle)->Data)

#endif
