// internalBinding('types'): what kind of built-in object a value is.
#include "binding.h"

namespace se {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

template <bool (Value::*test)() const>
void Is(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(((*info[0])->*test)());
}

void IsAnyArrayBuffer(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

void IsBoxedPrimitive(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsNumberObject() || info[0]->IsStringObject() || info[0]->IsBooleanObject() ||
                            info[0]->IsBigIntObject() || info[0]->IsSymbolObject());
}

constexpr Method kMethods[] = {
    {"isExternal", Is<&Value::IsExternal>},
    {"isDate", Is<&Value::IsDate>},
    {"isArgumentsObject", Is<&Value::IsArgumentsObject>},
    {"isBigIntObject", Is<&Value::IsBigIntObject>},
    {"isBooleanObject", Is<&Value::IsBooleanObject>},
    {"isNumberObject", Is<&Value::IsNumberObject>},
    {"isStringObject", Is<&Value::IsStringObject>},
    {"isSymbolObject", Is<&Value::IsSymbolObject>},
    {"isBoxedPrimitive", IsBoxedPrimitive},
    {"isNativeError", Is<&Value::IsNativeError>},
    {"isRegExp", Is<&Value::IsRegExp>},
    {"isAsyncFunction", Is<&Value::IsAsyncFunction>},
    {"isGeneratorFunction", Is<&Value::IsGeneratorFunction>},
    {"isGeneratorObject", Is<&Value::IsGeneratorObject>},
    {"isPromise", Is<&Value::IsPromise>},
    {"isMap", Is<&Value::IsMap>},
    {"isSet", Is<&Value::IsSet>},
    {"isMapIterator", Is<&Value::IsMapIterator>},
    {"isSetIterator", Is<&Value::IsSetIterator>},
    {"isWeakMap", Is<&Value::IsWeakMap>},
    {"isWeakSet", Is<&Value::IsWeakSet>},
    {"isArrayBuffer", Is<&Value::IsArrayBuffer>},
    {"isDataView", Is<&Value::IsDataView>},
    {"isSharedArrayBuffer", Is<&Value::IsSharedArrayBuffer>},
    {"isProxy", Is<&Value::IsProxy>},
    {"isModuleNamespaceObject", Is<&Value::IsModuleNamespaceObject>},
    {"isAnyArrayBuffer", IsAnyArrayBuffer},
};

void Initialize(Env* env, Local<Object> target) { SetMethods(env, target, kMethods); }
void RegisterReferences(References* references) { AddReferences(references, kMethods); }
BindingRegistration registration("types", Initialize, RegisterReferences);

}  // namespace
}  // namespace se
